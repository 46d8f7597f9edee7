/** Starts the server's own components inside a test's process: quick, and its sockets are real ones. */
package io.vfnic.testkit.server;
