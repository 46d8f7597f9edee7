/**
 * Guest memory: the IOVA map and checked access to it. Agents read it, sessions change it. Every address, length and
 * index that comes from a guest passes through here; knows nothing of what the bytes mean.
 */
package io.vfnic.device.memory;
