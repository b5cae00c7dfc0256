package dev.sensorium.client;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A name resolver that looks up each host of a list; hosts that cannot be found are left out while others can. */
final class AddressListResolver extends NameResolver {

    private final String authority;
    private final List<String> addresses;
    private final SynchronizationContext context;
    private final Executor executor;
    private @Nullable Listener2 listener;

    AddressListResolver(String list, Args args) {
        addresses = List.of(list.split(",", -1));
        authority = addresses.get(0);
        context = args.getSynchronizationContext();
        Executor offload = args.getOffloadExecutor();
        executor = offload == null ? Runnable::run : offload;
    }

    @Override
    public String getServiceAuthority() {
        return authority;
    }

    @Override
    public void start(Listener2 newListener) {
        listener = newListener;
        refresh();
    }

    @Override
    public void refresh() {
        Listener2 current = listener;
        if (current != null) {
            executor.execute(() -> {
                ResolutionResult result = resolve();
                context.execute(() -> current.onResult2(result));
            });
        }
    }

    @Override
    public void shutdown() {
        listener = null;
    }

    private ResolutionResult resolve() {
        List<EquivalentAddressGroup> groups = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String address : addresses) {
            int colon = address.lastIndexOf(':');
            String host = address.substring(0, colon);
            int port = Integer.parseInt(address.substring(colon + 1));
            try {
                for (InetAddress ip : InetAddress.getAllByName(host)) {
                    groups.add(group(new InetSocketAddress(ip, port), address));
                }
            } catch (UnknownHostException e) {
                unknown.add(host);
            }
        }
        StatusOr<List<EquivalentAddressGroup>> found = groups.isEmpty()
                ? StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("unknown host: " + String.join(", ", unknown)))
                : StatusOr.fromValue(groups);
        return ResolutionResult.newBuilder().setAddressesOrError(found).build();
    }

    /** With TLS each server shows a certificate for its own name. */
    private static EquivalentAddressGroup group(InetSocketAddress ip, String address) {
        return new EquivalentAddressGroup(
                ip,
                Attributes.newBuilder()
                        .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, address)
                        .build());
    }
}
