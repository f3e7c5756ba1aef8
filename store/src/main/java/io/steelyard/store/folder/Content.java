package io.steelyard.store.folder;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What stands in a file.
 *
 * @param stat of the file when it was read
 * @param bytes that were read
 * @param lease when it runs out; empty for a file that nobody has to renew
 */
record Content(FileStat stat, int bytes, Tree.Entry entry, Optional<LeaseHeader> lease) {
  /** Reads a file that looks so. */
  static Content read(Path file, FileStat stat) throws IOException {
    byte[] all = bytes(file);
    Optional<LeaseHeader> lease = LeaseHeader.of(all);
    byte[] value =
        lease.isPresent() ? Arrays.copyOfRange(all, lease.get().bytes(), all.length) : all;
    // A lease is renewed by its time, and is the same as before; what tells it apart stands in it.
    long version = lease.isPresent() ? version(all, "") : version(all, stat.toString());
    return new Content(stat, all.length, entry(value, version), lease);
  }

  private static Tree.Entry entry(byte[] value, long version) {
    return value.length > KeyStore.VALUE_BYTES_MAX
        ? new Tree.Entry(
            "", version, Optional.of("more than %d bytes".formatted(KeyStore.VALUE_BYTES_MAX)))
        : Tree.Entry.of(value, version);
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(KeyStore.VALUE_BYTES_MAX + LeaseHeader.BYTES_MAX + 1);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (AccessDeniedException e) {
      throw new StoreException(file + ": permission denied", e);
    } catch (IOException e) {
      throw new StoreException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** The same content in another file, or written again, is another version. */
  private static long version(byte[] content, String stat) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(content);
      byte[] digest = sha.digest(stat.getBytes(StandardCharsets.UTF_8));
      return Math.max(1, ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** When it runs out, in milliseconds since 1970; never for what is not leased. */
  long runsOutMs() {
    return lease
        .map(l -> stat.mtimeNs() / Duration.ofMillis(1).toNanos() + l.ttlMs())
        .orElse(Long.MAX_VALUE);
  }
}
