package io.github.implicitbias.ui;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.HttpMethod;
import org.deeplearning4j.ui.api.Route;
import org.deeplearning4j.ui.api.UIModule;
import org.deeplearning4j.ui.i18n.I18NResource;

/**
 * The page "Implicit bias" of the DL4J training UI, and the data it draws.
 *
 * <p>DL4J finds it through the service file; nothing has to be called. The page is at {@code
 * /train/implicit-bias}, in multi-session mode at {@code /train/<session>/implicit-bias}; {@code
 * /implicit-bias} leads to the right one in both modes, also for sessions that have only records of
 * ours, which the stock pages do not list.
 */
public final class ImplicitBiasModule implements UIModule {

  static final String PAGE = "/train/implicit-bias";
  private static final String SHORT = "/implicit-bias";
  private static final String ASSETS = "/train/implicit-bias/assets/:name";
  private static final String DATA = "/train/implicit-bias/data/:what";
  private static final String FILE = "/train/implicit-bias/file";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'self'";

  private final Guard guard = new Guard();
  private final StoredRuns runs = new StoredRuns();
  private final DataEndpoint data = new DataEndpoint(runs);
  private final Assets assets = new Assets();
  private final ObjectMapper mapper =
      new ObjectMapper(
          JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build());
  private final Semaphore writing = new Semaphore(1);

  /** Called by DL4J through the service file. */
  public ImplicitBiasModule() {}

  @Override
  public List<String> getCallbackTypeIDs() {
    return List.of(BlockRecords.TYPE_ID);
  }

  @Override
  public List<Route> getRoutes() {
    return List.of(
        get(PAGE, (path, context) -> page(context)),
        get("/train/:sessionId/implicit-bias", (path, context) -> page(context)),
        get(SHORT, (path, context) -> shortcut(context)),
        get(ASSETS, (path, context) -> asset(path.get(0), context)),
        get(DATA, (path, context) -> data(path.get(0), context)),
        get(FILE, (path, context) -> file(context)));
  }

  private Route get(String path, BiConsumer<List<String>, RoutingContext> handler) {
    return new Route(
        path,
        HttpMethod.GET,
        (arguments, context) ->
            guard.run("answer " + path, () -> handler.accept(arguments, context)));
  }

  /**
   * DL4J keeps a language per session, under the parameter that its own pages read. It makes tables
   * for every name that it is asked about: it is asked only about sessions that exist.
   */
  private void page(RoutingContext context) {
    String session = context.request().getParam("sessionID");
    context
        .vertx()
        .<Words>executeBlocking(
            promise -> promise.complete(Words.chosen(runs.hasSession(session) ? session : null)),
            false,
            result -> guard.run("send the page", () -> page(context, result)));
  }

  private void page(RoutingContext context, AsyncResult<Words> words) {
    if (words.failed()) {
      guard.report("find the language of the page", words.cause());
    }
    context
        .response()
        .putHeader("content-type", "text/html; charset=utf-8")
        .putHeader("content-security-policy", POLICY)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("referrer-policy", "same-origin")
        .putHeader("cache-control", "no-store")
        .end(Page.html(words.succeeded() ? words.result() : Words.in("en")));
  }

  private void asset(String name, RoutingContext context) {
    context
        .vertx()
        .<Assets.Asset>executeBlocking(
            promise -> {
              try {
                promise.complete(assets.find(name));
              } catch (Exception e) {
                promise.fail(e);
              }
            },
            false,
            result -> {
              if (result.succeeded()) {
                guard.run("send " + name, () -> Assets.answer(result.result(), context.request()));
              } else {
                failed(context.response(), result.cause());
              }
            });
  }

  /** To the newest run; in multi-session mode its session is part of the address. */
  private void shortcut(RoutingContext context) {
    context
        .vertx()
        .<String>executeBlocking(
            promise -> {
              boolean sessions = VertxUIServer.getMultiSession().get();
              List<StoredRuns.Entry> found = sessions ? runs.list() : List.of();
              String session = found.isEmpty() ? "-" : Page.encode(found.get(0).sessionId);
              promise.complete(sessions ? "/train/" + session + "/implicit-bias" : PAGE);
            },
            false,
            result -> {
              if (result.succeeded()) {
                context.response().setStatusCode(302).putHeader("location", result.result()).end();
              } else {
                failed(context.response(), result.cause());
              }
            });
  }

  /** Storages read files and decode: never on the event loop, which serves all pages. */
  private void data(String what, RoutingContext context) {
    MultiMap query = context.queryParams();
    context
        .vertx()
        .<Buffer>executeBlocking(
            promise -> {
              try {
                promise.complete(json(data.answer(what, query)));
              } catch (Exception e) {
                promise.fail(e);
              }
            },
            false,
            result -> {
              if (result.succeeded()) {
                respond(context.response(), 200, result.result());
              } else {
                failed(context.response(), result.cause());
              }
            });
  }

  /** A run as a file of its own, one at a time: it reads the whole run. */
  private void file(RoutingContext context) {
    MultiMap query = context.queryParams();
    context
        .vertx()
        .<Path>executeBlocking(
            promise -> {
              try {
                promise.complete(written(query));
              } catch (Exception e) {
                promise.fail(e);
              }
            },
            false,
            result -> {
              if (result.succeeded()) {
                guard.run("send a run as a file", () -> send(result.result(), context));
              } else {
                failed(context.response(), result.cause());
              }
            });
  }

  private Path written(MultiMap query) throws DataEndpoint.Refusal, IOException {
    if (!writing.tryAcquire()) {
      throw new DataEndpoint.Refusal(503, "Another file is being written; try again in a while.");
    }
    try {
      data.find(query); // refuses before there is a file
      Path file = Files.createTempDirectory("implicit-bias-run").resolve("run.html");
      try {
        boolean sessions = VertxUIServer.getMultiSession().get();
        Words words = Words.chosen(sessions ? query.get("session") : null);
        RunPage.write(
            data,
            new FileHtml(assets, words),
            query.get("session"),
            query.get("worker"),
            file,
            RunPage.MAX_BYTES);
      } catch (DataEndpoint.Refusal | IOException | RuntimeException e) {
        delete(file);
        throw e;
      }
      return file;
    } finally {
      writing.release();
    }
  }

  private void send(Path file, RoutingContext context) {
    HttpServerResponse response = context.response();
    String name = context.queryParams().get("session").replaceAll("[^A-Za-z0-9._-]+", "_");
    response
        .putHeader("content-type", "text/html; charset=utf-8")
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("content-security-policy", "sandbox") // for whoever opens it from here
        .putHeader("cache-control", "no-store")
        .putHeader(
            "content-disposition",
            "attachment; filename=\"" + name.substring(0, Math.min(80, name.length())) + ".html\"");
    if (response.closed() || response.ended()) {
      delete(file);
      return;
    }
    response.sendFile(file.toString(), sent -> delete(file));
  }

  /** The file, and the folder made for it, which nobody else can read. */
  private void delete(Path file) {
    guard.run(
        "delete a temporary file",
        () -> {
          try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.getParent());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void failed(HttpServerResponse response, Throwable cause) {
    guard.run(
        "refuse a question",
        () -> {
          int status = 500;
          String message = "The records could not be read; the log of the program says why.";
          if (cause instanceof DataEndpoint.Refusal) {
            status = ((DataEndpoint.Refusal) cause).status;
            message = cause.getMessage();
          } else {
            guard.report("read records", cause);
          }
          ObjectNode answer = JsonNodeFactory.instance.objectNode().put("error", message);
          try {
            respond(response, status, json(answer));
          } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private Buffer json(ObjectNode answer) throws JsonProcessingException {
    return Buffer.buffer(mapper.writeValueAsBytes(answer));
  }

  private static void respond(HttpServerResponse response, int status, Buffer body) {
    if (response.closed() || response.ended()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader("content-type", "application/json; charset=utf-8")
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("cache-control", "no-store")
        .end(body);
  }

  /** Says when it pays to ask a storage; the page asks for what is in it all the same. */
  @Override
  public void reportStorageEvents(Collection<StatsStorageEvent> events) {
    guard.run("take note of records", () -> events.forEach(runs::told));
  }

  @Override
  public void onAttach(StatsStorage storage) {
    guard.run("attach a storage", () -> runs.attach(storage));
  }

  @Override
  public void onDetach(StatsStorage storage) {
    guard.run("detach a storage", () -> runs.detach(storage));
  }

  @Override
  public List<I18NResource> getInternationalizationResources() {
    return Words.resources();
  }
}
