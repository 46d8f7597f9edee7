/**
 * One client on one function: the vfio-user commands against {@link io.vfnic.device.spi.FunctionPort}. Everything runs
 * on the event loop of the function's listening socket, except {@link io.vfnic.server.session.MessageDmaClient}, which
 * an engine agent calls. The main program starts it; it knows nothing of rings, registers or the card's insides.
 */
package io.vfnic.server.session;
