/**
 * The command line: options, help, exit codes and what is printed. The main program calls it; it starts the server and
 * knows nothing of how that works.
 */
package io.vfnic.server.cli;
