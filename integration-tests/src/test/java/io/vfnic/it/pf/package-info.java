/** The Physical Function in a guest: stock igb drives it and runs the VFs of other guests. */
package io.vfnic.it.pf;
