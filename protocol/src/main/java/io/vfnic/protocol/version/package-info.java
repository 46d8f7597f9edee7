/** The VERSION handshake: its payload and the capabilities in it, which are JSON. */
package io.vfnic.protocol.version;
