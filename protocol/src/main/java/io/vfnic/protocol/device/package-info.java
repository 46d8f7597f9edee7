/** The device as a whole. DEVICE_RESET has no payload. */
package io.vfnic.protocol.device;
