/**
 * The command line: options, help, exit codes and what is printed. The main program calls it; it starts the server, or
 * asks one that runs by {@link io.vfnic.server.control.client}, and knows nothing of how either works.
 */
package io.vfnic.server.cli;
