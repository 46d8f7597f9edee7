/**
 * What stands in for a guest: its memory, and a driver that works a Virtual Function through a client as igbvf does.
 */
package io.vfnic.testkit.guest;
