package io.foolproof.report.ci;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * JUnit's XML, as build servers read it: a case for each gate and each class. A class fails nothing
 * by itself: its case holds its figures. What is unknown is no failure.
 */
final class JUnitXml {
  private JUnitXml() {}

  private record Case(String name, @Nullable String failure, String output) {}

  static String of(CiReport report) {
    List<Case> cases = cases(report);
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", printable("foolproof " + report.model()));
      xml.writeAttribute("tests", String.valueOf(cases.size()));
      xml.writeAttribute(
          "failures", String.valueOf(cases.stream().filter(c -> c.failure() != null).count()));
      xml.writeAttribute("errors", "0");
      xml.writeAttribute("skipped", "0");
      xml.writeCharacters("\n");
      for (Case one : cases) {
        write(xml, one);
      }
      xml.writeEndElement();
      xml.writeCharacters("\n");
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("text that was made here", e);
    }
    return text.toString();
  }

  private static List<Case> cases(CiReport report) {
    List<Case> cases = new ArrayList<>();
    if (report.gate() != null) {
      cases.add(new Case("gate", reason(report.gate().reason()), report.figure()));
    }
    if (report.baseline() != null) {
      cases.add(
          new Case(
              "no worse than the baseline", reason(report.baseline().reason()), report.figure()));
    }
    for (CiReport.ClassRow row : report.classes()) {
      cases.add(new Case("class " + row.name(), null, "not fooled: " + row.notFooled()));
    }
    return cases;
  }

  private static @Nullable String reason(String reason) {
    return reason.isEmpty() ? null : reason;
  }

  private static void write(XMLStreamWriter xml, Case one) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "foolproof.audit");
    xml.writeAttribute("name", printable(one.name()));
    if (one.failure() != null) {
      xml.writeStartElement("failure");
      xml.writeAttribute("message", printable(one.failure()));
      xml.writeEndElement();
    }
    xml.writeStartElement("system-out");
    xml.writeCharacters(printable(one.output()));
    xml.writeEndElement();
    xml.writeEndElement();
    xml.writeCharacters("\n");
  }

  /** Without the characters that XML 1.0 has no way to write. */
  private static String printable(String text) {
    return text.codePoints()
        .map(c -> (c < 0x20 && c != '\t') || c == 0xFFFE || c == 0xFFFF ? '?' : c)
        .map(c -> c >= 0xD800 && c <= 0xDFFF ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
