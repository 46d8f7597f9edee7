/**
 * What tests with real guests share: a lab whose logs are kept when a test fails, interfaces in guests, traffic that
 * runs beside a test, and files and frames that are compared byte by byte. Knows the test kit, and no test.
 */
package io.vfnic.it.support;
