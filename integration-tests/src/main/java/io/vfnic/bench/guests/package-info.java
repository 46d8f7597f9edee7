/**
 * What users of guests get: TCP, round trips and small datagrams between two guests, over VFs and over the NICs that
 * QEMU has itself, all of them plugged into the same two guests. It drives guests and cards through the test kit
 * ({@link io.vfnic.testkit.lab}) alone.
 */
package io.vfnic.bench.guests;
