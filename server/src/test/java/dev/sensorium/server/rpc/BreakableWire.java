package dev.sensorium.server.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A wire to a server that can break: a port that hands on what it gets, until its connections are cut. */
final class BreakableWire implements AutoCloseable {

    private final ServerSocket entrance;
    private final int server;
    private final List<Socket> sockets = new ArrayList<>();

    /** A wire to this port. */
    BreakableWire(int server) {
        this.server = server;
        try {
            entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                connect(entrance.accept());
            }
        } catch (IOException e) {
            // closed
        }
    }

    private synchronized void connect(Socket client) throws IOException {
        Socket target = new Socket(InetAddress.getLoopbackAddress(), server);
        sockets.add(client);
        sockets.add(target);
        start(() -> copy(client, target));
        start(() -> copy(target, client));
    }

    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // cut
        }
    }

    /** Breaks the connections that there are, without a word to either side. */
    synchronized void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
        sockets.clear();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        cut();
    }
}
