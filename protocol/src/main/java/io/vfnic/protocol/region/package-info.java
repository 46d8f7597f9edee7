/** Regions (BARs, ROM, configuration space): their description, their capabilities, accesses to them. */
package io.vfnic.protocol.region;
