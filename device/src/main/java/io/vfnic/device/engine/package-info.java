/**
 * The DMA engine: agents that own the queues, their duty cycle, doorbells, idle strategy and quiesce. Knows all of the
 * device but the registers' decoding; sessions reach it through a function's port only.
 */
package io.vfnic.device.engine;
