/**
 * Files of frames as Wireshark and tshark read them (pcapng, draft-ietf-opsawg-pcapng). The command line writes them;
 * the package knows nothing of ours.
 */
package io.vfnic.server.pcapng;
