/** What users install, from the files that the build leaves to a card that serves guests. */
package io.vfnic.it.packaging;
