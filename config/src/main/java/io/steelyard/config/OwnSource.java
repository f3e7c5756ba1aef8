package io.steelyard.config;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a node's own configuration is read from; prints as errors call it. Reading blocks. */
public sealed interface OwnSource {
  /** What stands there now: at least one text. */
  List<ConfigText> read() throws ConfigException;

  /** The same for the first time: of a pipe or a device, which give it only once, too. */
  List<ConfigText> readOnce() throws ConfigException;

  /** Whether it can be read again and again. */
  boolean readsAgain();

  /** A file, a pipe, or a folder with files. */
  static OwnSource at(Path path) {
    return Files.isDirectory(path) ? new Folder(path) : new Single(path);
  }

  /** One file. */
  record Single(Path path) implements OwnSource {
    @Override
    public List<ConfigText> read() throws ConfigException {
      return text(FileContent.read(path));
    }

    @Override
    public List<ConfigText> readOnce() throws ConfigException {
      return text(FileContent.readOnce(path));
    }

    private List<ConfigText> text(byte[] content) throws ConfigException {
      return List.of(ConfigText.own(path.toString(), ConfigParser.text(path.toString(), content)));
    }

    @Override
    public boolean readsAgain() {
      return FileContent.regular(path);
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * All {@code *.yaml} in a folder, in the order of their names, of which each is a piece. What
   * begins with a dot does not count.
   */
  record Folder(Path path) implements OwnSource {
    /** Files in one folder. */
    static final int FILES_MAX = 1000;

    @Override
    public List<ConfigText> read() throws ConfigException {
      List<ConfigText> texts = new ArrayList<>();
      for (Path file : files()) {
        String name = file.toString();
        texts.add(ConfigText.piece(name, ConfigParser.text(name, FileContent.read(file))));
      }
      return texts;
    }

    private List<Path> files() throws ConfigException {
      List<Path> files = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, "[!.]*.yaml")) {
        for (Path entry : entries) {
          files.add(entry);
          if (files.size() > FILES_MAX) {
            throw refused("more than " + FILES_MAX + " files");
          }
        }
      } catch (NoSuchFileException e) {
        throw refused("no such folder");
      } catch (IOException | DirectoryIteratorException e) {
        throw refused("cannot be read: " + e);
      }
      if (files.isEmpty()) {
        throw refused("expected files *.yaml in this folder, found none");
      }
      files.sort(null);
      return files;
    }

    private ConfigException refused(String why) {
      return new ConfigException(List.of(new ConfigError(path.toString(), 0, 0, why)));
    }

    @Override
    public List<ConfigText> readOnce() throws ConfigException {
      return read();
    }

    @Override
    public boolean readsAgain() {
      return true;
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** What is said where the node is started: it stays as it is. */
  record CommandLine(String content) implements OwnSource {
    /** What errors call it. */
    public static final String NAME = "the command line";

    @Override
    public List<ConfigText> read() {
      return List.of(ConfigText.own(NAME, content));
    }

    @Override
    public List<ConfigText> readOnce() {
      return read();
    }

    @Override
    public boolean readsAgain() {
      return true;
    }

    @Override
    public String toString() {
      return NAME;
    }
  }
}
