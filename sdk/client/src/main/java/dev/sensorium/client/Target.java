package dev.sensorium.client;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The way from what people write, "host", "host:port" or a list of these, to a target of gRPC. */
final class Target {

    static final int DEFAULT_PORT = 9000;

    private Target() {}

    /** Returns the target; what names a scheme, such as "dns:///host:port" or "unix:///run/x.sock", stays as it is. */
    static String parse(String target) {
        if (target.contains("://") || target.startsWith("unix:") || target.startsWith("dns:")) {
            return target;
        }
        List<String> addresses = Arrays.stream(target.split(",", -1))
                .map(String::strip)
                .map(Target::withPort)
                .toList();
        return addresses.size() == 1
                ? "dns:///" + addresses.get(0)
                : addresses.stream().collect(Collectors.joining(",", AddressListResolverProvider.SCHEME + ":///", ""));
    }

    private static String withPort(String address) {
        if (address.isEmpty()) {
            throw new IllegalArgumentException("target: \"\" (expected: host:port)");
        }
        int colon = address.lastIndexOf(':');
        boolean bareIpv6 = address.indexOf(':') != colon && !address.startsWith("[");
        if (bareIpv6) {
            return "[" + address + "]:" + DEFAULT_PORT;
        }
        if (colon < 0 || address.endsWith("]")) {
            return address + ":" + DEFAULT_PORT;
        }
        if (!address.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("target: \"" + address + "\" (expected: host:port)");
        }
        return address;
    }
}
