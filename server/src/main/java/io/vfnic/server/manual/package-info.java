/**
 * What is told of the command line outside of it: manual pages and shell completion, all made
 * from the options themselves. The build calls it when it packs a distribution, and the command line may; it knows
 * models of command lines and nothing of what the commands do.
 */
package io.vfnic.server.manual;
