package dev.sensorium.client;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name resolver of targets that list several servers, "sensorium:///a:9000,b:9000". gRPC finds it by
 * {@link java.util.ServiceLoader}; there is no need to use it directly.
 */
public final class AddressListResolverProvider extends NameResolverProvider {

    static final String SCHEME = "sensorium";

    private static final int PRIORITY = 5; // gRPC's word for the middle

    @Override
    public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
        return SCHEME.equals(target.getScheme())
                ? new AddressListResolver(target.getPath().substring(1), args)
                : null;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return PRIORITY;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
        return Set.of(InetSocketAddress.class);
    }
}
