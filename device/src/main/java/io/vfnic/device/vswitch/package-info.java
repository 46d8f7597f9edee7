/**
 * The embedded switch (VEB): which pools and whether the uplink get a frame, and whether a pool may send it. Called by
 * engine agents; built from the filter registers; knows frames' addresses and tags and nothing else.
 */
package io.vfnic.device.vswitch;
