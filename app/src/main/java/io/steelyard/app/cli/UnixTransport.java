package io.steelyard.app.cli;

import io.steelyard.wire.http1.HeadLimits;
import io.steelyard.wire.http1.ResponseHead;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** By HTTP/1.1 over a UNIX socket, one connection for each request. */
final class UnixTransport implements Transport {
  private static final HeadLimits LIMITS = new HeadLimits(16 * 1024, 64);

  private final Path path;
  private final Duration patience;

  /**
   * @param patience for an answer, but a stream's
   */
  UnixTransport(Path path, Duration patience) {
    this.path = path;
    this.patience = patience;
  }

  @Override
  public Response send(Request request) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    Thread late = request.stream() ? null : closeLater(channel);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(head(request).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return read(channel, late);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** There is no time-out for reading such a socket. */
  private Thread closeLater(SocketChannel channel) {
    return Thread.startVirtualThread(() -> {
      try (channel) {
        Thread.sleep(patience);
      } catch (InterruptedException | IOException e) {
        // It has been read.
      }
    });
  }

  private static String head(Request request) {
    StringBuilder head =
        new StringBuilder("%s %s HTTP/1.1\r\n".formatted(request.method(), request.path()));
    head.append("Host: localhost\r\nConnection: close\r\n");
    request
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (!request.body().isEmpty()) {
      int length = request.body().getBytes(StandardCharsets.UTF_8).length;
      head.append("Content-Length: ").append(length).append("\r\n");
    }
    return head.append("\r\n").append(request.body()).toString();
  }

  /** The node ends each answer with the connection, so its body is whatever follows. */
  private static Response read(SocketChannel channel, Thread late) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    ResponseHead head = new ResponseHead(LIMITS);
    byte[] bytes = new byte[LIMITS.bytes()];
    int filled = 0;
    int length = 0;
    while (length == 0) {
      int n = in.read(bytes, filled, bytes.length - filled);
      if (n <= 0) {
        throw new EOFException("the connection was closed before there was an answer");
      }
      filled += n;
      length = head.parse(bytes, 0, filled, false);
    }
    if (length < 0 || head.contentLength() == ResponseHead.CHUNKED) {
      throw new IOException("the answer is not well-formed");
    }
    InputStream rest = new ByteArrayInputStream(bytes, length, filled - length);
    return new Response(head.status(), closing(new SequenceInputStream(rest, in), channel, late));
  }

  private static InputStream closing(InputStream body, SocketChannel channel, Thread late) {
    return new FilterInputStream(body) {
      @Override
      public void close() throws IOException {
        channel.close();
        if (late != null) {
          late.interrupt();
        }
      }
    };
  }
}
