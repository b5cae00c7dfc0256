package dev.sensorium.server.rpc;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that speaks HTTP/2 frame by frame, and so may do what no library lets one do. */
final class Http2Socket implements AutoCloseable {

    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;

    private static final int END_HEADERS = 4;

    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;

    /** A frame as it came. */
    record Frame(int type, byte[] payload) {}

    /** Connects and says hello. */
    Http2Socket(int port) throws IOException {
        socket = new Socket("localhost", port);
        out = new DataOutputStream(socket.getOutputStream());
        in = new DataInputStream(socket.getInputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(SETTINGS, 0, 0, new byte[0]);
    }

    /** Starts a gRPC call, without a message yet. */
    void call(int stream, String path) throws IOException {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        headers.write(0x83); // :method POST, of the static table
        headers.write(0x86); // :scheme http
        header(headers, ":path", path);
        header(headers, ":authority", "localhost");
        header(headers, "content-type", "application/grpc");
        header(headers, "te", "trailers");
        write(HEADERS, END_HEADERS, stream, headers.toByteArray());
    }

    private static void header(ByteArrayOutputStream block, String name, String value) {
        block.write(0); // literal, not indexed
        for (String text : new String[] {name, value}) {
            block.write(text.length());
            block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    void reset(int stream) throws IOException {
        write(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(8).array());
    }

    void ping() throws IOException {
        write(PING, 0, 0, new byte[8]);
    }

    private void write(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeInt(payload.length << 8 | type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    /** Waits for the next frame of a type. */
    Frame next(int type) throws IOException {
        while (true) {
            int head = in.readInt();
            in.skipNBytes(5);
            Frame frame = new Frame(head & 0xff, in.readNBytes(head >>> 8));
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
