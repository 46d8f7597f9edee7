/**
 * PCI configuration space: the 4,096 bytes of a function, the capabilities laid out in it and what a write to them sets
 * off. Called by a function's session; knows no register block and no engine.
 */
package io.vfnic.device.pci;
