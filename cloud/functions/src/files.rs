//! The bucket behind the files' port.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use wicket_pipeline::Fault;
use wicket_pipeline::world::{Asked, File, Files, Kept};

use crate::fault::{cloud, unbuilt};

pub(crate) struct Bucket {
    client: Client,
    name: Option<String>,
}

impl Bucket {
    /// An emulator on loopback has no host names for buckets, so their names go into the path there.
    pub(crate) fn new(sdk: &SdkConfig, name: Option<String>) -> Self {
        let emulated = sdk.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(emulated).build();
        Self { client: Client::from_conf(config), name }
    }

    fn name(&self) -> Result<&str, Fault> {
        self.name.as_deref().ok_or_else(|| Fault::Broken("the bucket was not asked for".to_owned()))
    }

    fn putting(&self, file: File) -> Result<PutObjectFluentBuilder, Fault> {
        let request = self.client.put_object().bucket(self.name()?).key(file.key);
        let name = format!("inline; filename=\"{}\"", file.name);
        let request = request.content_type(file.media_type).content_disposition(name);
        Ok(request.body(ByteStream::from(file.bytes)))
    }
}

impl Files for Bucket {
    fn put(&self, file: File) -> Asked<'_, ()> {
        Box::pin(async move {
            let sent = self.putting(file)?.send().await;
            sent.map(|_| ()).map_err(|error| cloud("PutObject", &error))
        })
    }

    fn replace(&self, file: File, tag: Option<String>) -> Asked<'_, bool> {
        Box::pin(async move {
            let request = self.putting(file)?;
            let request = match tag {
                Some(tag) => request.if_match(tag),
                None => request.if_none_match("*"),
            };
            match request.send().await {
                Ok(_) => Ok(true),
                // Another lies there, somebody writes it at this moment, or it was taken away.
                Err(error) => match error.raw_response().map(|response| response.status().as_u16()) {
                    Some(404 | 409 | 412) => Ok(false),
                    _ => Err(cloud("PutObject", &error)),
                },
            }
        })
    }

    fn get(&self, key: String) -> Asked<'_, Option<Kept>> {
        Box::pin(async move {
            let request = self.client.get_object().bucket(self.name()?).key(key);
            let object = match request.send().await {
                Ok(object) => object,
                // Who may read but not list is told "forbidden" of what is not there.
                Err(error) => {
                    return match error.raw_response().map(|response| response.status().as_u16()) {
                        Some(403 | 404) => Ok(None),
                        _ => Err(cloud("GetObject", &error)),
                    };
                }
            };
            let tag = object.e_tag.unwrap_or_default();
            let bytes = object.body.collect().await;
            let code = "an answer that broke off".to_owned();
            let bytes = bytes.map_err(|_| Fault::Cloud { operation: "GetObject", code })?;
            Ok(Some(Kept { bytes: bytes.to_vec(), tag }))
        })
    }

    fn has(&self, key: String) -> Asked<'_, bool> {
        Box::pin(async move {
            let request = self.client.head_object().bucket(self.name()?).key(key);
            match request.send().await {
                Ok(_) => Ok(true),
                // Who may read but not list is told "forbidden" of what is not there.
                Err(error) => match error.raw_response().map(|response| response.status().as_u16()) {
                    Some(403 | 404) => Ok(false),
                    _ => Err(cloud("HeadObject", &error)),
                },
            }
        })
    }

    fn link(&self, key: String, good_for: Duration) -> Asked<'_, String> {
        Box::pin(async move {
            let signing = PresigningConfig::expires_in(good_for).map_err(|error| unbuilt(&error))?;
            let request = self.client.get_object().bucket(self.name()?).key(key);
            let request = request.presigned(signing).await.map_err(|error| cloud("GetObject", &error))?;
            Ok(request.uri().to_owned())
        })
    }
}
