/** Interrupts: the types, their vectors and the signals of the vectors. */
package io.vfnic.protocol.irq;
