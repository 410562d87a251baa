package io.foolproof.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a task hands to the driver.
 *
 * @param exitCode of the command
 * @param said what it said of an error
 * @param files what it wrote, by their paths
 */
record Found(int exitCode, String said, TreeMap<String, byte[]> files) implements Serializable {
  Found(int exitCode, String said, Map<String, byte[]> files) {
    this(exitCode, said, new TreeMap<>(files));
  }

  /** In Java's own format, whatever serialiser the cluster has. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Found of(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (Found) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
