/**
 * Drivers beside those of the lab's usual kernel: other kernels' igb and igbvf, DPDK's, iPXE's. What takes long has the
 * tag full.
 */
package io.vfnic.it.drivers;
