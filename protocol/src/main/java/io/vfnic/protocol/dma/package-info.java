/** Guest memory: mapping and unmapping of ranges, and the messages by which the server reads and writes it. */
package io.vfnic.protocol.dma;
