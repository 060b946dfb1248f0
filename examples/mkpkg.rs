use arrow::array::*; use arrow::datatypes::*; use std::sync::Arc; use serde_json::*; use gristmill::ingest::load::package::PackageWriter;
fn main(){ let a: Vec<String>=std::env::args().collect(); let case: Value=serde_json::from_slice(&std::fs::read(&a[1]).unwrap()).unwrap();
 let base: i64=a[4].parse().unwrap();
 let mut w=PackageWriter::create(a[2].as_ref(), &a[3]).unwrap();
 for (t,n) in case["rows"].as_object().unwrap(){ w.touch(t); let n=n.as_i64().unwrap(); if n==0 {continue;}
  let cols=case["tables"][t]["columns"].as_object().unwrap(); let mut f=vec![]; let mut arr: Vec<ArrayRef>=vec![];
  for (c,d) in cols { if d["data_type"]=="text" { f.push(Field::new(c,DataType::Utf8,true)); let pre= if c=="_dlt_root_id"||c=="_dlt_parent_id" {"orders"} else {t.as_str()}; arr.push(Arc::new(StringArray::from_iter_values((0..n).map(|i| format!("{pre}{}_{}",a[3],i))))); }
   else if d["data_type"]=="bool" {f.push(Field::new(c,DataType::Boolean,true)); arr.push(Arc::new(BooleanArray::from_iter((0..n).map(|i| Some(i==0)))));}
   else if d["data_type"]=="timestamp" {f.push(Field::new(c,DataType::Timestamp(TimeUnit::Microsecond,Some("UTC".into())),true)); arr.push(Arc::new(TimestampMicrosecondArray::from_iter_values((0..n).map(|i| i*1000000)).with_timezone("UTC")));}
   else {f.push(Field::new(c,DataType::Int64,true)); arr.push(Arc::new(Int64Array::from_iter_values((0..n).map(|i| base+i))));} }
  w.write(t,&RecordBatch::try_new(Arc::new(Schema::new(f)),arr).unwrap()).unwrap(); }
 let st=if a.len()>5 {Some(json!({"pipeline_name":"p","_state_version":1,"_state_engine_version":4,"sources":{"x":a[5]},"at":"\u{f027}2024-01-01T00:00:00+00:00"}))} else {None};
 println!("{}", w.commit(&json!({"name":"shop","version":2,"version_hash":format!("h{}",a[1].len()),"engine_version":11,"tables":case["tables"]}),st.as_ref()).unwrap().path().display()); }
