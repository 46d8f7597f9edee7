/**
 * The queue filters: which receive queue a frame is for by its EtherType, its addresses, protocol and ports, or its SYN
 * flag, whether it is to be stamped, and whether its interrupt may not wait. Called by engine agents; built from
 * registers; knows frames and nothing else.
 */
package io.vfnic.device.filter;
