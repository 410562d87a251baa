package io.foolproof.data;

/**
 * A file to download, and how to know it.
 *
 * @param size in bytes
 * @param sha256 in hexadecimal, small letters
 */
public record RemoteFile(String name, long size, String sha256) {}
