package io.vfnic.device.decode;

import java.util.List;

/**
 * A register's value in words.
 *
 * @param name     as in the datasheet, with the element's number where it is one of an array; empty where no register
 *                 is.
 * @param register the same without the number.
 * @param block    of the register.
 * @param title    what it is; where no register is, what is around.
 * @param offset   in bytes.
 * @param fields   none where the datasheet names none.
 */
public record DecodedRegister(
    String name, String register, String block, String title, int offset, int value, List<FieldValue> fields) {
}
