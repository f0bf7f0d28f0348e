package io.github.implicitbias.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.RunVisits;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page over the runs of a catalog, for any HTTP server: it turns a request into a response and
 * knows nothing of how either travels. Every request is answered, and nothing is thrown; it may
 * take a while, so a server asks from a thread that may block. Thread-safe.
 *
 * <p>The page is at {@value #PAGE} or, where addresses name a session, at {@code
 * /train/<session>/implicit-bias}; {@value #SHORT} leads to it.
 *
 * <p>Requests are refused with status 403 unless they are addressed to an IP address, to
 * "localhost", or to a name in the system property {@code implicitbias.hosts} (names separated by
 * commas): so a page elsewhere cannot read runs through a name whose address it has changed.
 */
public final class PageServer {

  /** Path of the page. */
  public static final String PAGE = "/train/implicit-bias";

  /** Path that leads to the page. */
  public static final String SHORT = "/implicit-bias";

  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

  private static final String ASSETS = PAGE + "/assets/";
  private static final String DATA = PAGE + "/data/";
  private static final String FILE = PAGE + "/file";
  private static final String RUNS = PAGE + "/runs.html";
  private static final String VISITS = PAGE + "/visits.csv";
  private static final String SESSIONS = "/train/";
  private static final String HTML = "text/html; charset=utf-8";
  private static final String FAILED =
      "The records could not be read; the log of the program says why.";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'self'";

  private final RunCatalog catalog;
  private final Surroundings surroundings;
  private final Answers answers;
  private final Assets assets = new Assets();
  private final ObjectMapper mapper =
      new ObjectMapper(
          JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build());
  private final Semaphore writing = new Semaphore(1);
  private final AtomicBoolean warned = new AtomicBoolean();

  /** Makes a page that stands alone. */
  public PageServer(RunCatalog catalog) {
    this(catalog, Surroundings.NONE);
  }

  /** Makes a page in a server that has other pages too. */
  public PageServer(RunCatalog catalog, Surroundings surroundings) {
    this.catalog = catalog;
    this.surroundings = surroundings;
    this.answers = new Answers(catalog);
  }

  /**
   * Returns the names of the tables that hold the words of the page, as resources of the class
   * path, one per language; lines {@code key=word}. What leads to the page is among them.
   */
  public static List<String> wordTables() {
    return Words.LANGUAGES.stream()
        .map(language -> Words.TABLES + language)
        .collect(Collectors.toList());
  }

  /**
   * Answers a GET request.
   *
   * @param path path of the address, as sent
   * @param query what stands behind the question mark, as sent; null for nothing
   * @param headers returns the value of a header, null if it was not sent; names in lower case
   */
  public Response answer(
      String path, @Nullable String query, UnaryOperator<@Nullable String> headers) {
    return answer(new Request(path, query, headers));
  }

  Response answer(Request request) {
    try {
      if (!HostNames.areOurs(request.header("host"))) {
        return Response.text(
            403,
            "This page answers only requests to an IP address, to localhost, or to a name that the"
                + " system property "
                + HostNames.PROPERTY
                + " allows.");
      }
      return routed(request);
    } catch (Refusal e) {
      return error(e.status(), e.sentence());
    } catch (IOException | RuntimeException | LinkageError e) {
      report(request, e);
      return error(500, FAILED);
    } catch (OutOfMemoryError | StackOverflowError e) {
      report(request, e);
      return error(503, "There is not enough memory for this answer.");
    }
  }

  private Response routed(Request request) throws Refusal, IOException {
    String path = request.path();
    if (path.startsWith(ASSETS)) {
      Question.parse("asset", request.query());
      return asset(path.substring(ASSETS.length()), request);
    }
    if (path.startsWith(DATA)) {
      return json(
          200, answers.answer(Question.parse(path.substring(DATA.length()), request.query())));
    }
    if (path.equals(FILE)) {
      return file(Question.parse("file", request.query()));
    }
    if (path.equals(RUNS)) {
      return runs(Question.parse("runs.html", request.query()));
    }
    if (path.equals(VISITS)) {
      return visits(Question.parse("visits.csv", request.query()));
    }
    if (path.equals(SHORT)) {
      Question.parse("shortcut", request.query());
      return Response.empty(302).header("location", pageOfTheNewest());
    }
    if (path.equals(PAGE)
        || path.startsWith(SESSIONS)
            && path.length() > SESSIONS.length() + SHORT.length()
            && path.endsWith(SHORT)) {
      Question question = Question.parse("page", request.query());
      return page(path.equals(PAGE) ? question.get("sessionID") : sessionIn(path));
    }
    throw new Refusal(404, "There is nothing here.");
  }

  private static String sessionIn(String path) throws Refusal {
    String segment = path.substring(SESSIONS.length(), path.length() - SHORT.length());
    return Question.decode(segment.replace("+", "%2B"));
  }

  /**
   * The language is kept per session.
   *
   * @param session that of the path, or of the parameter that pages beside this one read; null
   *     without
   */
  private Response page(@Nullable String session) {
    Words words = Words.in(surroundings.language(session), surroundings);
    return Response.of(200, HTML, Page.html(words).getBytes(StandardCharsets.UTF_8))
        .header("content-security-policy", POLICY)
        .header("referrer-policy", "same-origin")
        .header("cache-control", "no-store");
  }

  private Response asset(String name, Request request) throws IOException {
    Assets.Asset asset = assets.find(name);
    if (asset == null) {
      return Response.empty(404);
    }
    boolean same = asset.tag.equals(request.header("if-none-match"));
    String accepted = request.header("accept-encoding");
    boolean pack = accepted != null && accepted.contains("gzip");
    String type = asset.type + "; charset=utf-8";
    Response response =
        same
            ? Response.empty(304).header("content-type", type)
            : Response.of(200, type, pack ? asset.packed : asset.plain);
    if (pack && !same) {
      response.header("content-encoding", "gzip");
    }
    return response
        .header("cache-control", "no-cache")
        .header("vary", "accept-encoding")
        .header("etag", asset.tag);
  }

  /** To the newest run, whose session may be part of the address. */
  private String pageOfTheNewest() throws IOException {
    if (!surroundings.hasSessionsInAddresses()) {
      return PAGE;
    }
    List<RunCatalog.Entry> runs = catalog.list();
    String session =
        runs.stream()
            .max(Comparator.comparingLong(RunCatalog.Entry::startedAt))
            .map(RunCatalog.Entry::session)
            .orElse("-");
    return SESSIONS + Page.encode(session) + SHORT;
  }

  private Response file(Question question) throws Refusal, IOException {
    RunLog log = catalog.open(question.run());
    if (log == null) {
      throw Answers.unknownRun();
    }
    return written(
        log, fileName(log), (html, file) -> RunPage.write(log, html, file, RunPage.MAX_BYTES));
  }

  /** Several runs as one file. */
  private Response runs(Question question) throws Refusal, IOException {
    List<RunLog> logs = new ArrayList<>();
    for (String id : question.all("run")) {
      RunLog log = catalog.open(Question.run(id));
      if (log == null) {
        throw Answers.unknownRun();
      }
      logs.add(log);
    }
    if (logs.isEmpty()) {
      throw new Refusal(400, "Say which runs: run=... for each.");
    }
    return written(
        logs.get(0), "runs", (html, file) -> RunsFile.write(logs, html, file, RunPage.MAX_BYTES));
  }

  /** Writes a file with a page in it. */
  private interface Writing {
    void write(FileHtml html, Path file) throws Refusal, IOException;
  }

  /**
   * A file that somebody saves, one at a time: it reads whole runs.
   *
   * @param of a run in the session whose language the page has
   */
  private Response written(RunLog of, String name, Writing content) throws Refusal, IOException {
    if (!writing.tryAcquire()) {
      throw new Refusal(503, "Another file is being written; try again in a while.");
    }
    try {
      Path file = Files.createTempDirectory("implicit-bias-run").resolve("run.html");
      try {
        String session = surroundings.hasSessionsInAddresses() ? of.header().sessionId() : null;
        Words words = Words.in(surroundings.language(session), surroundings);
        content.write(new FileHtml(assets, words), file);
      } catch (Refusal | IOException | RuntimeException | Error e) {
        delete(file);
        throw e;
      }
      return Response.file(HTML, file)
          .header("content-security-policy", "sandbox") // for whoever opens it from here
          .header("cache-control", "no-store")
          .header("content-disposition", "attachment; filename=\"" + name + ".html\"");
    } finally {
      writing.release();
    }
  }

  /** What a run knows of all samples, however many there are. */
  private Response visits(Question question) throws Refusal, IOException {
    RunVisits visits = answers.run(question).visits();
    if (visits.samples() == null) {
      throw new Refusal(404, "The run has no table of its samples.");
    }
    Path file = Files.createTempDirectory("implicit-bias-run").resolve("visits.csv");
    try (Writer out = Files.newBufferedWriter(file)) {
      visits.writeSamples(out);
    } catch (IOException | RuntimeException | Error e) {
      delete(file);
      throw e;
    }
    return Response.file("text/csv; charset=utf-8", file)
        .header("cache-control", "no-store")
        .header("content-disposition", "attachment; filename=\"visits.csv\"");
  }

  private static String fileName(RunLog log) {
    String name = log.header().sessionId().replaceAll("[^A-Za-z0-9._-]+", "_");
    return name.isEmpty() ? "run" : name.substring(0, Math.min(80, name.length()));
  }

  /** Takes a response back that was sent, or could not be: a file of it is deleted. */
  public void sent(Response response) {
    if (response.file() != null) {
      delete(response.file());
    }
  }

  /** The file, and the folder made for it. */
  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.getParent());
    } catch (IOException e) {
      LOG.debug("{} stays behind", file, e);
    }
  }

  private Response error(int status, String message) {
    try {
      return json(status, JsonNodeFactory.instance.objectNode().put("error", message));
    } catch (JsonProcessingException e) {
      return Response.text(status, message);
    }
  }

  private Response json(int status, ObjectNode answer) throws JsonProcessingException {
    return Response.of(status, "application/json; charset=utf-8", mapper.writeValueAsBytes(answer))
        .header("cache-control", "no-store");
  }

  /** A warning the first time. */
  private void report(Request request, Throwable thrown) {
    if (warned.compareAndSet(false, true)) {
      LOG.warn(
          "The page \"Implicit bias\" failed to answer {}; training is not affected",
          request.path(),
          thrown);
    } else {
      LOG.debug("The page \"Implicit bias\" failed to answer {}", request.path(), thrown);
    }
  }
}
