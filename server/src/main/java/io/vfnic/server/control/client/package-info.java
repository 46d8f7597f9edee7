/**
 * The other end of the control plane, for programs that may wait: a blocking client on a plain socket. The command line
 * calls it. It knows the messages and nothing of the card or of Netty, so that a command starts fast.
 */
package io.vfnic.server.control.client;
