package io.github.implicitbias.page;

import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@link RunCatalog#ofFolder} describes. */
final class RunFolder implements RunCatalog {

  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
  private static final String ENDING = ".ibrun";

  private final Path folder;
  private Map<RunId, Path> files = new HashMap<>();
  private final Map<RunId, WeakReference<RunLog>> logs = new HashMap<>();
  private final Map<Path, Found> known = new HashMap<>();

  /** What was found in a file as it was then. */
  private static final class Found {
    final Entry entry;
    final long state;

    Found(Entry entry, long state) {
      this.entry = entry;
      this.state = state;
    }
  }

  /** Makes the catalog of a folder, which is looked at whenever runs are listed. */
  RunFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<Entry> list() throws IOException {
    List<Path> found;
    try (Stream<Path> all = Files.list(folder)) {
      found = all.filter(file -> file.toString().endsWith(ENDING)).collect(Collectors.toList());
    }
    Map<RunId, Entry> entries = new LinkedHashMap<>();
    Map<RunId, Path> places = new HashMap<>();
    for (Path file : found) {
      try {
        Entry entry = entry(file);
        if (entries.putIfAbsent(entry.id(), entry) == null) {
          places.put(entry.id(), file);
        }
      } catch (IOException e) {
        LOG.debug("{} is left out", file, e);
      }
    }
    synchronized (this) {
      files = places;
      logs.keySet().retainAll(places.keySet());
      known.keySet().retainAll(found);
    }
    return new ArrayList<>(entries.values());
  }

  /** Reads the header of a file that is new, or another one than when it was looked at last. */
  private Entry entry(Path file) throws IOException {
    long state = state(file);
    Found before;
    synchronized (this) {
      before = known.get(file);
    }
    if (before != null && before.state == state) {
      return before.entry;
    }
    RunHeader header = header(file);
    Entry entry =
        before != null && before.entry.id().equals(header.id())
            ? before.entry
            : new Entry(header, false);
    synchronized (this) {
      known.put(file, new Found(entry, state));
    }
    return entry;
  }

  /** A number that is another one when a file has changed. */
  private static long state(Path file) throws IOException {
    return 31 * Files.getLastModifiedTime(file).toMillis() + Files.size(file);
  }

  @Override
  public long version(RunId id) {
    Path file;
    synchronized (this) {
      file = files.get(id);
    }
    try {
      return file == null ? 0 : state(file);
    } catch (IOException e) {
      return 0; // gone meanwhile
    }
  }

  /** Reads the header where it should be, at the beginning; if it is damaged, wherever it is. */
  private static RunHeader header(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] envelope = new byte[Frame.HEADER_BYTES];
      in.readFully(envelope);
      long length = Frame.HEADER_BYTES + (long) Frame.payloadLength(envelope, 0);
      if (length > in.length()) {
        throw new IOException(file + " ends before its header does");
      }
      byte[] block = new byte[(int) length];
      in.seek(0);
      in.readFully(block);
      return RunHeader.decode(block);
    } catch (IOException e) {
      return RunFile.log(file).header();
    }
  }

  @Override
  public @Nullable RunLog open(RunId id) throws IOException {
    Path file = file(id);
    if (file == null) {
      list();
      file = file(id);
    }
    if (file == null) {
      return null;
    }
    synchronized (this) {
      WeakReference<RunLog> held = logs.get(id);
      RunLog log = held == null ? null : held.get();
      if (log == null) {
        log = RunFile.log(file);
        logs.put(id, new WeakReference<>(log));
      }
      return log;
    }
  }

  private synchronized @Nullable Path file(RunId id) {
    Path file = files.get(id);
    return file != null && Files.exists(file) ? file : null;
  }
}
