package dev.sensorium.server.registry;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name and version of a model as its folders say, valid or not. Ordered by name, the newest version first; numbers
 * in versions count as numbers, so 10 is newer than 9 and v1.10 newer than v1.9.
 */
public record ModelVersion(String name, String version) implements Comparable<ModelVersion> {

    private static final Pattern PART = Pattern.compile("\\d+|\\D+");
    private static final Comparator<ModelVersion> ORDER = Comparator.comparing(ModelVersion::name)
            .thenComparing((a, b) -> compareVersions(b.version, a.version))
            .thenComparing(ModelVersion::version, Comparator.reverseOrder());

    @Override
    public int compareTo(ModelVersion other) {
        return ORDER.compare(this, other);
    }

    private static int compareVersions(String a, String b) {
        Matcher left = PART.matcher(a);
        Matcher right = PART.matcher(b);
        while (true) {
            boolean more = left.find();
            if (more != right.find()) {
                return more ? 1 : -1;
            }
            int order = more ? compareParts(left.group(), right.group()) : 0;
            if (!more || order != 0) {
                return order;
            }
        }
    }

    private static int compareParts(String a, String b) {
        boolean numbers = isNumber(a) && isNumber(b);
        return numbers ? new BigInteger(a).compareTo(new BigInteger(b)) : a.compareTo(b);
    }

    private static boolean isNumber(String part) {
        return Character.isDigit(part.charAt(0));
    }

    @Override
    public String toString() {
        return name + "/" + version;
    }
}
