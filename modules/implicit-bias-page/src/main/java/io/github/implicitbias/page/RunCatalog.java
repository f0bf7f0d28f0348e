package io.github.implicitbias.page;

import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The runs that a page can show, wherever they lie. Implementations are thread-safe. */
public interface RunCatalog {

  /**
   * Returns all runs there are, in any order, each once.
   *
   * @throws IOException if nothing can be read
   */
  List<Entry> list() throws IOException;

  /**
   * Returns the blocks of a run, null if there is no such run (any more). Asked again for the same
   * run, it returns the same log as long as somebody holds it.
   *
   * @throws IOException if the run is there and cannot be read
   */
  @Nullable RunLog open(RunId id) throws IOException;

  /**
   * Returns a number that is another one when a run may have more than before; by default always
   * the same, so that a run counts as ended once it has not grown for a minute. Answers at once.
   */
  default long version(RunId id) {
    return 0;
  }

  /**
   * Returns the runs in the run files of a folder, which may still be written: names that end with
   * {@code .ibrun}. The folder is looked at whenever runs are listed; what cannot be read is left
   * out.
   */
  static RunCatalog ofFolder(Path folder) {
    return new RunFolder(folder);
  }

  /** Returns the catalog of one run. */
  static RunCatalog of(RunLog log) {
    return new RunCatalog() {
      @Override
      public List<Entry> list() {
        return List.of(new Entry(log.header(), false));
      }

      @Override
      public @Nullable RunLog open(RunId id) {
        return log.header().id().equals(id) ? log : null;
      }
    };
  }

  /** A run that can be chosen. Immutable but for what it has not read yet. */
  final class Entry {
    private final RunId id;
    private final String session;
    private final String worker;
    private final String name;
    private final long startedAt;
    private final boolean stockPages;
    private @Nullable RunHeader header;
    private @Nullable Map<String, String> settings;

    /**
     * Describes a run by its header.
     *
     * @param stockPages true if pages beside this one show its session too
     */
    public Entry(RunHeader header, boolean stockPages) {
      this.id = header.id();
      this.session = header.sessionId();
      this.worker = header.workerId();
      this.name = header.name();
      this.startedAt = header.startedAt();
      this.stockPages = stockPages;
      this.header = header;
    }

    /** Returns what the header says of the settings, see {@link RunSettings}; read when asked. */
    synchronized Map<String, String> settings() {
      if (settings == null) {
        settings = header == null ? Map.of() : RunSettings.of(header);
        header = null; // large
      }
      return settings;
    }

    /** Returns what the run is known by. */
    public RunId id() {
      return id;
    }

    /** Returns the label of its session. */
    public String session() {
      return session;
    }

    /** Returns the label of its worker. */
    public String worker() {
      return worker;
    }

    /** Returns its name, empty for none. */
    public String name() {
      return name;
    }

    /** Returns when it began, in milliseconds since 1970 UTC. */
    public long startedAt() {
      return startedAt;
    }

    /** Returns true if pages beside this one show its session too. */
    public boolean hasStockPages() {
      return stockPages;
    }
  }
}
