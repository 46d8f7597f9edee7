/**
 * What vfnic promises to its users, shown with real guests on stock QEMU and with the commands that users call.
 * Everything here goes through the program and its sockets; nothing knows the card's classes.
 */
package io.vfnic.it;
