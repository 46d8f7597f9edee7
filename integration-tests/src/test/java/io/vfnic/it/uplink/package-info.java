/** What the card's uplinks reach, and what guests see when it comes and goes. */
package io.vfnic.it.uplink;
