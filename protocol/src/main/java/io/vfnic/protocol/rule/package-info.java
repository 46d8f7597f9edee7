/**
 * What makes a command acceptable as a message, whatever the device: sizes, argsz, flags, counts of file descriptors.
 * The answer to one that is not is an errno as libvfio-user gives it, or the specification where that says more. What
 * needs the device (does the region exist, is the range mapped) is the session's to check.
 */
package io.vfnic.protocol.rule;
