/** Device features, all of which concern migration, and the transfer of migration data. */
package io.vfnic.protocol.migration;
