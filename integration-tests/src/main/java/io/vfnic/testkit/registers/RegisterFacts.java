package io.vfnic.testkit.registers;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.vfnic.testkit.registers.RegisterFact.Kind;

/**
 * Reads facts from text, one register a line: kind, offset, name, then in any order {@code xCOUNT+STRIDE} for an array,
 * {@code =ALIAS} or {@code =ALIASxCOUNT+STRIDE} for other addresses, and the values that the kind needs. Numbers are
 * hexadecimal, counts decimal. What follows a # is a comment.
 * <pre>
 * RW  offset name reset mask       RO  offset name value       RC  offset name
 * W1C offset name                  SP  offset name reset after-ones after-zeros
 * VAR offset name
 * </pre>
 */
final class RegisterFacts {
    private static final Pattern LINE = Pattern.compile(
        "(?<kind>RW|RO|RC|W1C|SP|VAR)\\s+(?<offset>\\p{XDigit}+)\\s+(?<name>\\w+)"
            + "(\\s+x(?<count>\\d+)\\+(?<stride>\\p{XDigit}+))?"
            + "(\\s+=(?<alias>\\p{XDigit}+)(x(?<aliasCount>\\d+)\\+(?<aliasStride>\\p{XDigit}+))?)?"
            + "(?<values>(\\s+\\p{XDigit}{8})*)");

    private RegisterFacts() {
    }

    /** All lines' facts, in their order. */
    static List<RegisterFact> parse(String text) {
        return text.lines().map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty())
            .map(RegisterFacts::parseLine).toList();
    }

    private static RegisterFact parseLine(String line) {
        Matcher match = LINE.matcher(line);
        if (!match.matches()) {
            throw new IllegalArgumentException("not a fact: " + line);
        }
        int count = number(match, "count", 10, 1);
        int stride = number(match, "stride", 16, 4);
        int[] values = Pattern.compile("\\s+").splitAsStream(match.group("values").strip())
            .filter(value -> !value.isEmpty()).mapToInt(value -> Integer.parseUnsignedInt(value, 16)).toArray();
        int[] three = switch (match.group("kind")) {
            case "RW" -> new int[]{values[0], values[0] & ~values[1] | values[1], values[0] & ~values[1]};
            case "RO" -> new int[]{values[0], values[0], values[0]};
            case "SP" -> values;
            default -> new int[3];
        };
        Kind kind = switch (match.group("kind")) {
            case "RW" -> Kind.READ_WRITE;
            case "RO" -> Kind.READ_ONLY;
            case "RC" -> Kind.READ_CLEAR;
            case "W1C" -> Kind.WRITE_1_CLEAR;
            case "SP" -> Kind.SPECIAL;
            default -> Kind.VARYING;
        };
        return new RegisterFact(kind, number(match, "offset", 16, 0), match.group("name"), count, stride,
            three[0], three[1], three[2], number(match, "alias", 16, RegisterFact.NO_ALIAS),
            number(match, "aliasCount", 10, count), number(match, "aliasStride", 16, stride));
    }

    private static int number(Matcher match, String group, int radix, int otherwise) {
        return match.group(group) == null ? otherwise : Integer.parseInt(match.group(group), radix);
    }
}
