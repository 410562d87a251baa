package io.foolproof.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.foolproof.data.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/** Turns templates into pages that load nothing from elsewhere. */
public final class Page {
  private static final String STYLE = "report.css";

  /** Finds each template once: a page may have dozens of parts. */
  private static final TemplateEngine TEMPLATES =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Page.class.getClassLoader(), Page.class.getPackageName());

  private Page() {}

  /** Fills in a template that the build compiled. */
  public static String render(String template, Object page) {
    StringOutput output = new StringOutput();
    TEMPLATES.render(template, page, output);
    return output.toString().strip() + "\n";
  }

  /** The style of all pages. */
  public static String style() {
    return resource(Page.class, STYLE);
  }

  /** A text beside a class. */
  public static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a page's Content-Security-Policy says of scripts: that this one may run and no other, and
   * nothing where there is none.
   */
  public static String scriptSource(String script) {
    if (script.isEmpty()) {
      return "";
    }
    byte[] hash = Hashes.sha256().digest(script.getBytes(StandardCharsets.UTF_8));
    return "; script-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
  }
}
