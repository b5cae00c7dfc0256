package dev.sensorium.plugin.dalle;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Simplifies texts as dalle-mini's {@code TextNormalizer} does before it takes them apart: lower case, commas for all
 * punctuation, no links, no tags.
 *
 * <p>It gives the reference's texts for texts in ASCII. Of others it keeps what is left without accents, where the
 * reference guesses at how they sound; and it does not take hashtags apart into words.
 */
final class TextNormalizer implements UnaryOperator<String> {

    private static final Map<String, String> ENTITIES =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", " ");
    private static final Pattern ENTITY = Pattern.compile("&(?:#(\\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\\w+));");

    /** What stands for a character while punctuation is taken away. */
    private static final String KEPT = "xtokx";

    /** The rules, in the reference's order. */
    private static final List<Rule> RULES = List.of(
            new Rule("<person>([,\\s]*(and)*[,\\s]*<person>)+", " people "),
            new Rule("<person>", " a person "),
            new Rule("\\A\\s*\\[\\d+\\]", ""),
            new Rule("\\[\\d+\\]\\s*\\Z", ""),
            new Rule("<[^<]+?>", " "),
            new Rule("http\\S+", ""),
            new Rule("(\\d),(\\d{3})", "$1$2"),
            new Rule("(\\d),(\\d{3})", "$1$2"),
            new Rule("(\\w)\\.(\\w)", "$1" + KEPT + "dot" + KEPT + "$2"),
            new Rule("'(?=([stdm]|(ll)|(re)|(ve)|(ll))\\b)", KEPT + "quote" + KEPT),
            new Rule("(\\d)/(\\d)", "$1" + KEPT + "slash" + KEPT + "$2"),
            new Rule("(\\w)-(\\w)", "$1 $2"),
            new Rule("([%&/$*])", " $1 "),
            new Rule("#(\\w+)", "$1"),
            new Rule("[_#\\\\]", " "),
            new Rule("['\"`]", " \" "),
            new Rule("[()\\[\\].,|:;?!=+~\\-/{}]", ","),
            new Rule(KEPT + "dot" + KEPT, "."),
            new Rule(KEPT + "quote" + KEPT, "'"),
            new Rule(KEPT + "slash" + KEPT, "/"),
            new Rule("(\\D)(\\1{3,})", "$1"),
            new Rule("(\\s*\"+\\s*)+", " \" "),
            new Rule("(\\s*,+\\s*)+", ", "),
            new Rule("\\s+", " "));

    private final EmojiNames emoji;

    TextNormalizer(EmojiNames emoji) {
        this.emoji = emoji;
    }

    /** What is replaced wherever it is found, and by what. */
    private record Rule(Pattern found, String replacement) {

        Rule(String found, String replacement) {
            this(Pattern.compile(found), replacement);
        }

        String apply(String text) {
            return found.matcher(text).replaceAll(replacement);
        }
    }

    @Override
    public String apply(String text) {
        String plain = emoji.named(unescaped(unescaped(text)), ":");
        plain = Normalizer.normalize(plain, Normalizer.Form.NFKD)
                .replaceAll("[^\\p{ASCII}]", "")
                .toLowerCase(Locale.ROOT);
        for (Rule rule : RULES) {
            plain = rule.apply(plain);
        }
        return " " + withoutOuterCommas(plain);
    }

    private static String withoutOuterCommas(String text) {
        String inner = text.strip();
        inner = inner.endsWith(",") ? inner.substring(0, inner.length() - 1) : inner;
        inner = inner.startsWith(",") ? inner.substring(1) : inner;
        return inner.strip();
    }

    private static String unescaped(String text) {
        return ENTITY.matcher(text).replaceAll(found -> Matcher.quoteReplacement(character(found)));
    }

    private static String character(MatchResult found) {
        if (found.group(3) != null) {
            return ENTITIES.getOrDefault(found.group(3), found.group());
        }
        int point = found.group(1) != null ? Integer.parseInt(found.group(1)) : Integer.parseInt(found.group(2), 16);
        return Character.isValidCodePoint(point) ? Character.toString(point) : found.group();
    }
}
