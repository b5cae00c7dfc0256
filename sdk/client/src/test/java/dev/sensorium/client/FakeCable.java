package dev.sensorium.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A way to a server on this machine that can be cut; a new connection finds it whole again. */
public final class FakeCable implements AutoCloseable {

    private final int target;
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<Socket> ends = new ConcurrentLinkedQueue<>();

    public FakeCable(int target) throws IOException {
        this.target = target;
        inBackground(this::accept);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** Breaks the connections that there are. */
    void cut() throws IOException {
        for (Socket end = ends.poll(); end != null; end = ends.poll()) {
            end.close();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        cut();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = socket.accept();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
            ends.add(near);
            ends.add(far);
            if (socket.isClosed()) { // in the meantime: what was waited for may still come
                cut();
            }
            inBackground(() -> copy(near.getInputStream(), far.getOutputStream()));
            inBackground(() -> copy(far.getInputStream(), near.getOutputStream()));
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
        }
        to.close();
    }

    /** Something that ends when its socket is closed. */
    private interface Work {
        void run() throws IOException;
    }

    private static void inBackground(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
