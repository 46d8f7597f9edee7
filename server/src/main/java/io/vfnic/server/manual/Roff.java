package io.vfnic.server.manual;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a page in the language of man(7). */
final class Roff {
    private final StringBuilder out = new StringBuilder();

    Roff title(String name, String section, String version) {
        // Without hyphenation and without wide gaps: both get in the way of words that are to be typed.
        return macro("TH", quoted(name), section, quoted(""), quoted(version), quoted("User commands")).macro("nh")
            .macro("ad", "l");
    }

    Roff section(String title) {
        return macro("SH", quoted(title));
    }

    /** The one line of the section NAME, which whatis(1) reads. */
    Roff name(String name, String summary) {
        return line(escaped(name) + " \\- " + escaped(summary));
    }

    Roff paragraphs(List<String> lines) {
        boolean first = true;
        for (String line : lines) {
            if (!line.isBlank()) {
                // The first one follows its heading at once.
                (first ? this : macro("PP")).line(escaped(line.strip()));
                first = false;
            }
        }
        return this;
    }

    /** Lines that stay as they are. */
    Roff verbatim(List<String> lines) {
        macro("nf");
        lines.stream().dropWhile(String::isBlank).forEach(line -> line(escaped(line)));
        return macro("fi");
    }

    /** A word, or several of the same meaning, with what it takes and what it means. */
    Roff entry(List<String> words, String argument, List<String> meaning) {
        macro("TP").line(words.stream().map(word -> "\\fB" + escaped(word) + "\\fR").collect(Collectors.joining(", "))
            + (argument.isEmpty() ? "" : "\\fI" + escaped(argument) + "\\fR"));
        for (int i = 0; i < meaning.size(); i++) {
            if (i > 0) {
                macro("br");
            }
            line(escaped(meaning.get(i)));
        }
        return this;
    }

    /** Another page, with what it is about. */
    Roff command(String name, String section, String summary) {
        return macro("TP").macro("BR", escaped(name), "(" + section + ")").line(escaped(summary));
    }

    /** Other pages. */
    Roff pages(Collection<String> names, String section) {
        int left = names.size();
        for (String name : names) {
            left--;
            macro("BR", escaped(name), "(" + section + ")" + (left > 0 ? "," : ""));
        }
        return this;
    }

    private Roff macro(String name, String... arguments) {
        out.append('.').append(name);
        for (String argument : arguments) {
            out.append(' ').append(argument);
        }
        out.append('\n');
        return this;
    }

    private Roff line(String text) {
        // A line that begins with one of these would be taken for a macro.
        if (text.startsWith(".") || text.startsWith("\\(aq")) {
            out.append("\\&");
        }
        out.append(text).append('\n');
        return this;
    }

    private static String quoted(String text) {
        return '"' + escaped(text).replace("\"", "\\(dq") + '"';
    }

    /** A text that means itself: these characters are otherwise typeset as others, or are commands. */
    private static String escaped(String text) {
        return text.replace("\\", "\\(rs").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
            .replace("^", "\\(ha").replace("~", "\\(ti");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
