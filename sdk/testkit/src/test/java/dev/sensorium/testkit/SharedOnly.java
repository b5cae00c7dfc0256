package dev.sensorium.testkit;

import java.util.List;

/** A parent of plugin class loaders that shows the JDK and some packages of this class path, as the server's does. */
final class SharedOnly extends ClassLoader {

    private final List<String> prefixes;

    SharedOnly(String... prefixes) {
        super(getPlatformClassLoader());
        this.prefixes = List.of(prefixes);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (prefixes.stream().noneMatch(name::startsWith)) {
            throw new ClassNotFoundException(name);
        }
        return SharedOnly.class.getClassLoader().loadClass(name);
    }
}
