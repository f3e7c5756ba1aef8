package io.steelyard.control.shared;

import io.steelyard.config.ConfigText;
import io.steelyard.config.ConfigText.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The last edition that was served, in a file: what a node starts from when its store is away. It
 * is there whole or not at all, also after a crash of the machine: written beside itself, flushed
 * to the disk, renamed; and a checksum is read before anything else.
 *
 * <pre>
 *   "steelyard last-good 1\n"  SHA-256 of the rest (32 bytes)
 *   revision (8)  number of texts (4)  each: pool, server, source, content (length (4), UTF-8);
 *                                      pool and server are empty for what is no server's
 *   number of the revision that took away what is guarded, 0 without (8)
 * </pre>
 */
public final class LastGood {
  private static final byte[] MAGIC = "steelyard last-good 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int SHA_BYTES = 32;

  /** More than the largest edition takes. */
  private static final long FILE_BYTES_MAX = 256L << 20;

  private final Path file;

  public LastGood(Path file) {
    this.file = file;
  }

  /** Keeps it. */
  public void write(Edition edition) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    byte[] rest = bytes(edition);
    Files.deleteIfExists(fresh);
    // There may be secrets in it.
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    // No channel: whoever is told to end while it writes writes to the end.
    try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
      out.write(MAGIC);
      out.write(sha(rest));
      out.write(rest);
      out.getFD().sync();
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    // The new name itself has to reach the disk, too.
    try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent())) {
      folder.force(true);
    } catch (ClosedByInterruptException e) {
      // It is there; only a crash of the machine just now would show the former one.
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What is kept, if anything.
   *
   * @throws IOException when what is there is damaged or cannot be read
   */
  public Optional<Edition> read() throws IOException {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IOException(file + " is no last-good configuration: too large");
      }
      byte[] all = Files.readAllBytes(file);
      int begin = MAGIC.length + SHA_BYTES;
      if (all.length < begin || !Arrays.equals(all, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
        throw new IOException(file + " is no last-good configuration");
      }
      byte[] rest = Arrays.copyOfRange(all, begin, all.length);
      if (!Arrays.equals(sha(rest), Arrays.copyOfRange(all, MAGIC.length, begin))) {
        throw new IOException(file + " is damaged: its checksum is not the one of its content");
      }
      return Optional.of(edition(rest));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(Edition edition) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(edition.revision());
      out.writeInt(edition.texts().size());
      for (ConfigText text : edition.texts()) {
        Part part = text.part();
        write(out, part instanceof Part.Server server ? server.pool() : "");
        write(out, part instanceof Part.Server server ? server.name() : "");
        write(out, text.source());
        write(out, text.content());
      }
      out.writeLong(edition.forced());
    }
    return bytes.toByteArray();
  }

  private static Edition edition(byte[] rest) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(rest))) {
      long revision = in.readLong();
      int count = in.readInt();
      List<ConfigText> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String pool = read(in);
        String name = read(in);
        String source = read(in);
        String content = read(in);
        texts.add(
            pool.isEmpty()
                ? ConfigText.shared(source, content)
                : ConfigText.server(pool, name, source, content));
      }
      long forced = in.readLong();
      return Edition.of(revision, texts, forced);
    }
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a last-good configuration with a length that cannot be");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static byte[] sha(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
